import { bit, E, Word } from "./entities";
import { addPhrase } from "./word-table";

// The words that say what a number beside them is: lower case, without accents, as the reader folds them. Of a phrase
// every pair of neighbours counts, so none has more than two words.

function words(mask: u64, list: string): void {
  let start = 0;
  for (let end = 0; end <= list.length; end++) {
    if (end < list.length && list.charCodeAt(end) != 0x2c) continue;
    addPhrase(list.substring(start, end), mask);
    start = end + 1;
  }
}

export function fillWords(): void {
  const ssn = bit(E.US_SSN) | bit(E.US_SSN_UNDELIMITED);
  words(ssn, "ssn,ssns,ssnumber,socialsecurity,social security,soc sec,social sec,soc security,socsec,social is,social number,her social,his social,my social,your social,their social");
  words(bit(E.US_ITIN), "itin,itins,tin,individual taxpayer,taxpayer identification,taxpayer id,tax id,tax identification,tax payer");
  words(bit(E.UK_PASSPORT), "uk passport,british passport,hmpo,gb passport,ukpassport");
  words(bit(E.US_PASSPORT) | bit(E.DE_PASSPORT), "passport,passports,passportnumber,passportno,travel document");
  words(bit(E.DE_PASSPORT), "reisepass,reisepassnummer,passnummer,pass nr,pass nummer");
  words(
    bit(E.US_DRIVER_LICENSE) | bit(E.UK_DRIVING_LICENCE),
    "driver license,drivers license,driver licence,drivers licence,driving licence,driving license,driver lic,drivers lic,dl,driverlicense,driverslicense,driverlicence,driverslicence,drivinglicence,license number,licence number,operator license,dlnumber,driver permit",
  );
  words(
    bit(E.US_BANK_NUMBER),
    "bank account,checking account,savings account,deposit account,account number,account no,account num,acct,accts,checking,bankaccount,accountnumber,acctnumber,acctno,debit account,bank acct,bank number,direct deposit,wire account,beneficiary account",
  );
  words(bit(E.ABA_ROUTING_NUMBER), "routing,aba,rtn,abarouting,routingnumber,bankrouting,routing number,transit number,routing transit");
  words(bit(E.US_MBI), "mbi,medicare,beneficiary");
  words(bit(E.US_NPI), "npi,national provider,provider identifier,provider number,nationalprovider");
  words(bit(E.MEDICAL_LICENSE), "dea,prescriber,medical license,medical licence,controlled substance,dea number,medicallicense");
  words(
    bit(E.MEDICAL_RECORD_NUMBER),
    "mrn,mrns,medical record,patient id,patient number,patient no,patient identifier,chart number,chart no,record number,hospital number,medrec,patientid,medicalrecord,medicalrecordnumber,health record,patient record,emr,ehr",
  );
  words(
    bit(E.CREDIT_CARD),
    "card,cards,visa,mastercard,amex,credit,debit,cc,discover,cardnumber,creditcard,maestro,diners,jcb,unionpay,cvv,cvc,exp,expiry,expires,charge,american express,karte,tarjeta,carte",
  );
  words(bit(E.IBAN_CODE), "iban,bank,konto,bic,swift,kontonummer,bankverbindung");
  words(
    bit(E.PHONE_NUMBER),
    "phone,phones,telephone,tel,cell,cellphone,mobile,call,fax,mob,telefon,telefono,telefone,handy,whatsapp,phonenumber,mobilenumber,cellular,dial,sms,contact number,telephonenumber,hotline",
  );
  words(bit(E.CRYPTO), "btc,bitcoin,eth,ethereum,wallet,crypto,litecoin,ltc,usdt,blockchain");
  words(bit(E.UK_NHS), "nhs,nhsnumber,national health,health service,chi");
  words(bit(E.UK_NINO), "nino,national insurance,nationalinsurance,ni number,ni no,nationalinsurancenumber");
  words(
    bit(E.DE_TAX_ID),
    "steuerid,steueridnr,steuernummer,steueridentifikationsnummer,idnr,identifikationsnummer,steuer id,steuer idnr,steuer nummer,steuerliche identifikationsnummer,tin,tax id,german tax,tax identification",
  );
  words(bit(E.DE_ID_CARD), "personalausweis,personalausweisnummer,ausweis,ausweisnummer,id card,identity card,idcard,perso");
  words(
    bit(E.DE_SOCIAL_SECURITY),
    "rentenversicherung,rentenversicherungsnummer,sozialversicherung,sozialversicherungsnummer,versicherungsnummer,svnr,rvnr,svnummer,sv nummer,rv nummer,social security",
  );
  words(bit(E.ES_NIF), "nif,dni,documento nacional,identificacion");
  words(bit(E.ES_NIE), "nie,extranjero,extranjeria");
  words(bit(E.IT_FISCAL_CODE), "codice fiscale,codicefiscale,fiscale,fiscal code,cf,tax code");
  words(bit(E.IT_VAT_CODE), "partita iva,partitaiva,iva,piva,vat");
  words(bit(E.FR_NIR), "nir,insee,securite sociale,secu,vitale,carte vitale,numero de,social security,numerosecu,french social");
  words(bit(E.PL_PESEL), "pesel");
  words(bit(E.SE_PERSONNUMMER), "personnummer,samordningsnummer,personal number,personal identity,personnr,pnr");
  words(bit(E.FI_PERSONAL_IDENTITY_CODE), "hetu,henkilotunnus,personbeteckning,personal identity");
  words(bit(E.NL_BSN), "bsn,burgerservicenummer,sofinummer,sofi,burger service,citizen service");
  words(bit(E.AU_TFN), "tfn,tax file,taxfile,taxfilenumber");
  words(bit(E.AU_ABN), "abn,business number,australian business");
  words(bit(E.AU_ACN), "acn,company number,australian company");
  words(bit(E.AU_MEDICARE), "medicare,medicarenumber,medicare card");
  words(bit(E.IN_PAN), "pan,permanent account,pancard,pannumber,income tax");
  words(bit(E.IN_AADHAAR), "aadhaar,aadhar,adhaar,uidai,uid,aadhaarnumber");
  words(bit(E.SG_NRIC_FIN), "nric,fin,identity card,nricfin,singapore id,ic number");
  words(bit(E.SG_UEN), "uen,unique entity,acra");
  words(bit(E.KR_RRN), "rrn,resident registration,jumin,residentregistration,korean id,resident number");
  words(bit(E.CA_SIN), "sin,social insurance,socialinsurance,nas,assurance sociale,sinnumber");
  words(bit(E.BR_CPF), "cpf,cadastro de,pessoa fisica,cpfnumber");
  words(bit(E.BR_CNPJ), "cnpj,pessoa juridica");
  words(
    bit(E.DATE_OF_BIRTH),
    "dob,dobs,birth,born,birthday,birthdate,dateofbirth,birthdays,geboren,geburtsdatum,geburtstag,nacimiento,naissance,nascita,nato il,nata il,nato a,nata a,nato nel,nata nel,nascimento,syntynyt,fodd,urodzenia,bday,birth date,nacido,nacida,geb",
  );
  words(
    bit(E.DATE_OF_BIRTH),
    "birthdt,dobirth,geborene,geborener,ne le,nee le,ne en,nee en,ne a,nee a,date naissance,nacio el,nacio en,cumpleanos,compleanno,nascido,nascida,nasc,nasceu,geboorte,geboortedatum,geboortedag,verjaardag,fodelsedatum,fodelsedag,fodt,fodselsdato,fodselsdag,syntymaaika,syntymapaiva,urodzony,urodzona,urodzil,narozen,narozena,szuletett,dogum tarihi",
  );
  words(bit(Word.TITLE), "mr,mrs,ms,miss,patient,herr,frau,sr,sra,mme,pt,client,member");
  words(bit(Word.MONTH), "january,february,march,april,may,june,july,august,september,october,november,december");
  words(bit(Word.MONTH), "jan,feb,mar,apr,jun,jul,aug,sep,sept,oct,nov,dec");
  words(bit(Word.MONTH), "januar,februar,marz,maerz,mai,juni,juli,oktober,dezember,dez,okt,januari,februari,maart,mei,augustus,mars,maj,augusti,marts");
  words(bit(Word.MONTH), "janvier,fevrier,avril,juin,juillet,aout,septembre,octobre,novembre,decembre,enero,febrero,marzo,abril,mayo,junio,julio,agosto,septiembre,setiembre,octubre,noviembre,diciembre");
  words(bit(Word.MONTH), "gennaio,febbraio,aprile,maggio,giugno,luglio,settembre,ottobre,dicembre,janeiro,fevereiro,marco,maio,junho,julho,setembro,outubro,novembro,dezembro");
  words(bit(Word.MONTH), "stycznia,lutego,marca,kwietnia,maja,czerwca,lipca,sierpnia,wrzesnia,pazdziernika,listopada,grudnia");
  words(bit(Word.NUMBERED), "account,ss,pid");
  words(bit(Word.BUSINESS), "order,orders,invoice,claim,claims,ticket,case,ref,reference,tracking,part,sku,item,po,serial,model,batch,lot,flight,booking,confirmation,receipt,quote,job,issue,build,version,shipment,parcel,purchase,transaction,policy");
  words(bit(Word.ENVELOPE), "to,cc,bcc,from,sender,recipient,recipients");
  fillLabels();
  fillNames();
  fillMedical();
  fillCues();
}

/** Further spellings of the labels above, and those of other languages. */
function fillLabels(): void {
  const ssn = bit(E.US_SSN) | bit(E.US_SSN_UNDELIMITED);
  words(ssn, "ssan,ssnum,ssno,socsecno,seguro social,ss number,ss no,ss num");
  words(bit(E.UK_PASSPORT), "passport uk,passport gb,passport gbr,hm passport,uk pp");
  words(bit(E.US_PASSPORT) | bit(E.DE_PASSPORT), "pasaporte,passeport,passaporto,passaporte,paspoort,paszport,passport num,nacnopt");
  words(bit(E.DE_PASSPORT), "reisepassnr,passnr,reisepasses,kinderreisepass");
  words(
    bit(E.US_DRIVER_LICENSE) | bit(E.UK_DRIVING_LICENCE),
    "dln,dlno,dlnum,cdl,driver id,drivers id,drivers permit,driving permit,learner permit,license no,licence no,license num,license id,drivers licenses,operators license,lic no,dmv number,driver number,chauffeur license",
  );
  words(
    bit(E.US_BANK_NUMBER),
    "account nbr,account nr,acc no,acc number,acc num,bank acc,accnum,accountno,accountnum,bankaccountno,ach account,current account,chequing,payee account,dda,kontonr,konto nr,numero compte",
  );
  words(bit(E.ABA_ROUTING_NUMBER), "abanumber,routingno,routing no,routing num,routing code,fedwire,rtnumber");
  words(bit(E.US_MBI), "medicareid,medicarenumber");
  words(bit(E.US_NPI), "npinumber,npis");
  words(bit(E.MEDICAL_LICENSE), "deanumber,deano,dearegistration");
  words(
    bit(E.MEDICAL_RECORD_NUMBER),
    "mrno,mr no,mr number,mrnumber,med rec,medical rec,med record,chart id,hospital no,hospital id,clinic number,unit number,patient chart,medical chart,pat id,pat no,patientno,patientnumber,patientennummer,record no,recordnumber,uhid,historia clinica,nhc,dossier patient,patienten nummer,patienten nr,medical number",
  );
  words(
    bit(E.CREDIT_CARD),
    "ccnum,ccn,ccno,ccnumber,cardno,cardnum,pan,kreditkarte,kreditkarten,kreditkartennummer,kartennummer,kart,kartu,kort,kortet,kortnummer,kreditkort,cartao,carta,cartes,tarjetas,kaart,kaartnummer,karta,karty,kortti,kapta,kapt,debitcard,visacard,bankcard,troy,elo,hipercard,rupay,verve",
  );
  words(
    bit(E.PHONE_NUMBER),
    "ph,phoneno,phonenum,telno,telefonnummer,telefonnr,rufnummer,handynummer,handynr,durchwahl,festnetz,mobil,mobilnummer,mobilnr,mobiltelefon,telf,tfno,tlfno,tlf,movil,celular,cel,cellulare,recapito,gsm,portable,telefoon,telefoonnummer,telefoonnr,mobiel,puhelin,puh,puhelinnumero,matkapuhelin,telefonszam,komorka,komorkowy,contact no,landline,voicemail,viber,telegram,callback,pager,phone num,mobileno",
  );
  words(bit(E.UK_NHS), "nhsno,nhs num,chi number");
  words(bit(E.UK_NINO), "nat ins,national ins,nationalins,nin,ninumber");
  words(
    bit(E.DE_TAX_ID),
    "steueridentnummer,steueridentnr,steuerident,steueridentifikation,steuernr,steuer nr,steuer ident,identnummer,identnr,ident nr,tax number",
  );
  words(bit(E.DE_ID_CARD), "personalausweisnr,personalausweise,ausweisnr,ausweis nr,persos,id nummer,ausweises,identitatskarte,national id,identity document");
  words(
    bit(E.DE_SOCIAL_SECURITY),
    "sv nr,rv nr,vsnr,versicherungsnr,rentenvers,sozialvers,renten nr,rentennummer,sozialversnr",
  );
  words(bit(E.IT_FISCAL_CODE), "codfisc,cod fiscale,codfiscale");
  words(bit(E.IT_VAT_CODE), "vatnumber,vatno,vatid,idfiscaleiva,pivacedente,cedente");
  words(bit(E.FR_NIR), "nss,securite soc,no secu,num secu,numero secu,assure social,numsecu,immatriculation");
  words(
    bit(E.SE_PERSONNUMMER),
    "person nr,person nummer,pers nr,persnr,personnumret,personnummret,samordningsnr,personid,personalid,swedish personal",
  );
  words(bit(E.FI_PERSONAL_IDENTITY_CODE), "henkilo tunnus,hetun,personbeteckn");
  words(bit(E.NL_BSN), "burgerservicenr,sofinr,bsnnummer,bsn nr");
  words(bit(E.AU_TFN), "taxfileno,tfnumber");
  words(bit(E.AU_ABN), "abnumber,abnno");
  words(bit(E.AU_ACN), "acnumber,acnno,arbn");
  words(bit(E.AU_MEDICARE), "bulk billed,bulk bill,bulk billing,medicareno");
  words(bit(E.IN_AADHAAR), "aadharnumber,aadharcard,aadhaarcard,aadhaarno,unique identification,adhar");
  words(bit(E.SG_UEN), "uennumber,company registration");
  words(bit(E.KR_RRN), "resident id,resident no,resident reg,alien registration,foreigner registration,residentno,jumin no,rrnumber");
  words(bit(E.CA_SIN), "social ins,sinno,sin no");
  words(bit(E.BR_CPF), "contribuinte,cpfs,cpfno");
  words(
    bit(E.DATE_OF_BIRTH),
    "bdate,birthyear,naiss,date naiss,dt nasc,dtnasc,datanascimento,fecha nac,fec nac,fechanacimiento,nacim,gebdatum,gebdat,geb datum,geborn,geburt,geburtsdat,szul,szuletesi,narozeni,narozenia,narodeny,rodjen,roden,rodena,rojstva,dogum,dogumlu,nasterii,nascut,fodd den,foedselsdato,datanascita,sunniaeg,sundinud,gimimo,dzimsanas,huepouhvia,yevvhoh",
  );
}

/** The commonest of the English-speaking countries; a capital and another name must follow. */
function fillNames(): void {
  const name = bit(Word.FIRST_NAME);
  words(name, "james,john,robert,michael,william,david,richard,joseph,thomas,charles,christopher,daniel,matthew,anthony,donald,mark,paul,steven,andrew,kenneth,george,joshua,kevin,brian,edward,ronald,timothy,jason,jeffrey,ryan,jacob,gary,nicholas,eric,stephen,jonathan,larry,justin,scott,brandon,frank,benjamin,gregory,samuel,raymond,patrick,alexander,jack,dennis,jerry,peter,henry,carlos,jose,juan,luis,miguel,ahmed,mohammed,ali,wei,raj,ivan,hans,jan,pierre,jean,marco,luca");
  words(name, "mary,patricia,jennifer,linda,elizabeth,barbara,susan,jessica,sarah,karen,lisa,nancy,betty,margaret,sandra,ashley,kimberly,emily,donna,michelle,carol,amanda,dorothy,melissa,deborah,stephanie,rebecca,sharon,laura,cynthia,kathleen,amy,angela,shirley,anna,brenda,pamela,emma,nicole,helen,samantha,katherine,christine,debra,rachel,carolyn,janet,catherine,maria,heather,diane,ruth,julie,olivia,joyce,virginia,victoria,kelly,lauren,christina,jane,alice,fatima,priya,sofia,elena");
}

/** Conditions, treatments and tests that say something of a person's health; not `doctor` or `hospital`, which do not. */
function fillMedical(): void {
  const medical = bit(E.MEDICAL_CONDITION);
  words(medical, "diagnosis,diagnosed,diagnoses,prognosis,diabetes,diabetic,hypertension,hypertensive,asthma,cancer,carcinoma,tumor,tumour,leukemia,leukaemia,lymphoma,melanoma,sarcoma,metastatic,metastasis,chemotherapy,chemo,radiotherapy,oncology,biopsy,hiv,hepatitis,tuberculosis,syphilis,gonorrhea,chlamydia,herpes,covid,pneumonia,bronchitis,influenza,sepsis,copd,emphysema");
  words(medical, "depression,depressive,bipolar,schizophrenia,schizophrenic,anxiety disorder,ptsd,psychosis,psychotic,psychiatric,anorexia,bulimia,adhd,autism,autistic,dementia,alzheimer,alzheimers,parkinson,parkinsons,epilepsy,epileptic,seizure,seizures,stroke,migraine,sclerosis,neuropathy,suicidal,overdose,alcoholism,opioid,methadone,rehab,detox");
  words(medical, "infarction,cardiac,coronary,arrhythmia,fibrillation,angina,stent,pacemaker,thrombosis,embolism,aneurysm,anemia,anaemia,hemophilia,haemophilia,renal,dialysis,nephropathy,cirrhosis,pancreatitis,crohn,crohns,colitis,appendicitis,ulcer,arthritis,osteoporosis,lupus,fibromyalgia,psoriasis,eczema,thyroid,hypothyroidism,hyperthyroidism,obesity,pregnant,pregnancy,miscarriage,abortion,infertility,ivf,hysterectomy,mastectomy,transplant,amputation");
  words(medical, "insulin,metformin,lisinopril,atorvastatin,warfarin,prednisone,sertraline,fluoxetine,prozac,zoloft,lithium,oxycodone,hydrocodone,adderall,xanax,alprazolam,methotrexate,tamoxifen,prescription,prescribed,hemoglobin,cholesterol,mri scan,ct scan,lab results,test results,blood test,medical history,mental health,substance abuse,alcohol abuse,alcohol dependence,drug dependence,panic attacks,panic disorder,eating disorder,renal failure,chest pain,suicide,addiction,alcoholic,malignancy,malignant,bipolar disorder,personality disorder,ocd,stillbirth,endometriosis,hpv,hodgkin,myeloma,glaucoma,leprosy,malaria,mononucleosis,naltrexone,buprenorphine,clozapine,quetiapine,olanzapine,lamotrigine,escitalopram,citalopram,venlafaxine,ritalin,truvada,heart disease,heart attack,heart failure,kidney disease,kidney failure,liver disease,blood pressure,symptoms,allergic,allergy");
}

/** The words that make a medical term somebody's, or nobody's; see patients.ts. */
function fillCues(): void {
  words(bit(Word.SUBJECT), "dx,hx");
  words(bit(Word.SUBJECT), "he,she,him,patient,pt,client,member,wife,husband,spouse,son,daughter,mother,father,mom,mum,dad,brother,sister,aunt,uncle,child,baby,grandmother,grandfather,girlfriend,boyfriend,fiancee,employee,claimant,applicant,insured,policyholder,tenant,resident,inmate,student,pupil,nephew,niece,coworker,colleague,neighbour,neighbor");
  words(bit(Word.OWNER), "his,her,my,hers");
  words(bit(Word.YOU), "you,your");
  words(bit(Word.CLINICAL), "diagnosed,diagnosis,tested,positive,biopsy,results,result,scan,scans,labs,hospitalised,hospitalized,admitted,prescribed,prescription,refill,underwent,undergoing,undergone,remission,relapse,relapsed,discharged,contracted,infected,medical leave,sick leave,died of,died from,passed away,attempted,presents with,reports,dx,hx,shows,showed,confirms,confirmed,appointment,scheduled");
  words(bit(Word.CARE), "suffer,suffers,suffering,suffered,treated,treatment,treating,medication,medicated,therapy,chronic,terminal,symptoms,history of,living with,recovering,recovery,surgery,operated,tests,doctor,consultant,ward,signed off,on leave,struggles,battling,battles,rehab,because of,abused,addicted");
  words(bit(Word.LINK), "has,have,had,is,are,was,takes,taking,take,needs,got,gets,am,developed,caught,tested,suffer,suffers");
  words(bit(Word.GENERAL), "research,researchers,awareness,study,studies,patients,people,anyone,everyone,someone,if you,if your,whether you,when you,do you,should you,webinar,article,articles,book,podcast,conference,congress,policy,policies,campaign,foundation,charity,donate,scientists,newsletter,leaflet,risk of,prevent,prevention,lecture,keynote,movie,novel");
  words(bit(Word.TOPIC), "about,on,against,into,regarding,in,for,at,to,called,named,makes,sells,treats,the,that,and,or,as");
  words(bit(Word.THING), "research,awareness,team,teams,group,department,departments,clinic,clinics,pump,pumps,chairs,drug,drugs,product,products,company,software,startup,market,vaccine,vaccines,program,programme,app,apps,talk,portal,conference,policy,foundation,charity,study,studies,article,webinar,book,services,centre,center,survey,campaign,leave,coverage,data,project,unit,ward,nurse,inhalers,inhaler,vitamins,equipment,supplies,insurance,trends,budget");
  words(bit(Word.VAGUE), "diagnosis,diagnosed,diagnoses,prognosis,prescription,prescribed,symptoms,allergic,allergy,rehab,detox,lab results,test results,blood test,medical history,mental health,blood pressure,cholesterol,stent,cardiac,renal,coronary,oncology,psychiatric,biopsy,metastatic,lithium,opioid");
}
